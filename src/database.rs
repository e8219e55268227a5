//! Where the data lives: parsing and redacting URLs, connecting, creating and removing databases.
