"""What falls due, in one queue; and what people are told, in one table, by one doorbell."""
