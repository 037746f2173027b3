"""Mail in the core: which inbox and conversation it belongs to, who takes part, what goes out."""
