"""Safety: who to turn to, and a gentle card when somebody's days have been heavy. Nobody is told, nobody watches."""
