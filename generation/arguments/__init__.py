"""The options of `python -m generation`, command by command."""
