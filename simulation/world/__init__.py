"""What is true about the invented office: people, days, projects, money, meetings. Knows no ledger, file or format."""
