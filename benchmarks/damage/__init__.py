"""What landing makes of damaged files: sound ledgers, random damage to their bytes, and a count of its own of what they hold."""
