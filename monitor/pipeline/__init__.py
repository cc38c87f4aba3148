"""The pipeline: source rows → cases → findings → alerts → notices → deliveries → receipts.

Four steps of one shape, each with its file: claim rows whose time has come, work them out with a
pure function of (rows, rules, now), and write results, follow-up rows and the next due time in one
transaction. A crash between any two lines leaves the row due.
"""
