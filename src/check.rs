//! Holds a database or a folder of files against what the world promises: integrity, rules, causality, shape.
