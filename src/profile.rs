//! What a world is asked to be: counts, shapes and knobs; parsed, validated, completed.
