"""Faults planted into sealed copies of a drop, a night on each, and what the night said: `jixiao drill`."""
