"""The teacher, its texts and voices, and the shards of speech made with them."""
