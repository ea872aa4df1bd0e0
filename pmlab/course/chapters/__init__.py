"""The chapters' questions: one module a chapter, ``cNN_name.py``, each with a ``CHAPTER``."""
