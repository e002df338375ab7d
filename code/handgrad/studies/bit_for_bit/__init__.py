"""Which spelling of a gradient equals autograd's in every bit."""
