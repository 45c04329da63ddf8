"""What becomes ``verify.py`` of every pack: the standard library only, Python 3.8 or later, put together by `assemble`.

Each module is a part of that one file, so no two of them give the same name to different things.
"""
