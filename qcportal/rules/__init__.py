"""The rules of doorstep checks, pure: values in, values and reasons out; no Flask, no database.

Read in this order: facts -> tokens, lowering, conditions -> cell_tests, number_cells, cells ->
comparators, synonyms, check_types -> check_spec, book -> places, check_reading, row_reading,
decision_reading, consistency, document, differences -> checklist, masking, routing, settling,
merging, pieces, asking, questions, freezing, compiler -> matching, findings, answer_cells,
decision_rows, verdict.
"""
