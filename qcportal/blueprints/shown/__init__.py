"""What pages are given to show: frozen plain data, with no Flask and no model in it.

Views of every audience fill these from models; templates and macros see nothing else.
"""
