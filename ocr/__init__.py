"""Paper to words: pages loaded, set upright, ruled and recognised."""
