"""The rules of doorstep checks, pure: values in, values and reasons out; no Flask, no database.

Read in this order: facts -> tokens, lowering, conditions -> comparators, check_types -> book,
places, check_reading, consistency, document -> checklist, settling, questions, compiler ->
matching, findings, answer_cells, decision_rows, verdict.
"""
