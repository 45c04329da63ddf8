"""Fonts with Chinese glyphs: from the package that comes with the installation, so that a fresh machine has them."""

from __future__ import annotations

from pathlib import Path

SAMPLE = "全国人大常委会办公厅支出进度万元"


class NoChineseFont(RuntimeError):
    """No font with Chinese glyphs can be found; charts would show boxes."""


def sans_font() -> Path:
    """The file of Noto Sans SC.

    Raises:
        NoChineseFont: the font package is not installed, or its font lacks the glyphs.
    """
    try:
        from pylopdf_fonts_zh_cn import sans_path
    except ImportError as error:
        raise NoChineseFont(
            "找不到中文字体:请安装 requirements.lock 中的 pylopdf-fonts-zh-cn(思源黑体、思源宋体),"
            "否则图中的汉字会成为方框"
        ) from error
    return _checked(sans_path())


def font_folder() -> Path:
    """The folder of the Chinese fonts, for programs that look for fonts themselves.

    Raises:
        NoChineseFont: there are none.
    """
    return sans_font().parent


def _checked(path: Path) -> Path:
    from matplotlib.ft2font import FT2Font

    if not path.is_file():
        raise NoChineseFont(f"中文字体文件 {path} 不在;请重新安装 pylopdf-fonts-zh-cn")
    missing = [character for character in SAMPLE if not FT2Font(str(path)).get_char_index(ord(character))]
    if missing:
        raise NoChineseFont(f"字体 {path} 缺少汉字“{''.join(missing)}”;请重新安装 pylopdf-fonts-zh-cn")
    return path
