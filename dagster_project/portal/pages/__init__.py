"""What each page of the portal shows: a function per page, from what was read of the version to blocks. Nothing is drawn here."""
