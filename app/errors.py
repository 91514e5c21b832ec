"""The root of every error that a user can act on."""


class LumitagError(Exception):
    """Something went wrong that the user can act on.

    ``str(error)`` is one clear sentence: what happened, to which file or word, and what to do.
    Anything else that is raised is a mistake of ours and keeps its traceback.
    """
