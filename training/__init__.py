"""How the embedded models were made: their data, training and evaluation; not in the wheel."""
