//! Randomness keyed by position: hash, permutation, tables, distributions; it knows nothing of tables of ours.
