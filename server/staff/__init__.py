"""Staff: accounts of coordinators, researchers and owners, how they sign in, and what each may do in which study."""
