"""What carriers' payloads say, as our own returns; and our results, as carriers answer them.

Pure: values in, values out. Nothing of a payload is dropped in silence (`adapted.Note`).
"""
