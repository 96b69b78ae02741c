"""Who wants to hear what, what there is to tell, and its sending: each notice once."""
