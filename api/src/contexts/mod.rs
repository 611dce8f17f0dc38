//! The product, context by context; each imports only those below it.
