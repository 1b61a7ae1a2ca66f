"""Why it failed: from what was observed to a named cause, who can mend it, and what to do next."""
