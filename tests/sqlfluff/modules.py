"""What sqlfluff's templater needs of dbt's `modules`."""

import re as re
