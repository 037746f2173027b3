"""Search in Korean and English text without a dictionary: words, queries, what is shown."""
