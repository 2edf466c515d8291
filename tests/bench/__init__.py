"""How light the bot is: its start and its memory, as ratios to a bare discord.py bot."""
