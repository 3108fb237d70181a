"""Every upload becomes an upright opaque RGB picture, or a sentence."""

import io

import pytest
from PIL import Image

from t2i_chat.core.errors import BadUpload
from t2i_chat.imaging.decode import open_mask, open_upload


def encoded(image, kind="PNG", **how):
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def opened(content, longest=1024, max_megabytes=20):
    return open_upload(content, longest=longest, max_megabytes=max_megabytes)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1", "CMYK", "I;16"])
def test_every_mode_becomes_rgb(mode):
    kind = "TIFF" if mode == "CMYK" else "PNG"
    upload = opened(encoded(Image.new(mode, (40, 30)), kind))
    assert (upload.image.mode, upload.image.size, upload.note) == ("RGB", (40, 30), None)


def test_sixteen_bits_keep_their_brightness():
    grey = Image.new("I;16", (32, 32), 32768)
    assert opened(encoded(grey)).image.getpixel((5, 5)) == (127, 127, 127)


def test_floats_from_none_to_one_keep_their_brightness():
    grey = opened(encoded(Image.new("F", (32, 32), 0.5), "TIFF")).image
    assert grey.getpixel((0, 0)) == (127, 127, 127)


def test_transparency_goes_on_white_and_is_told():
    upload = opened(encoded(Image.new("RGBA", (32, 32), (0, 0, 0, 0))))
    assert upload.image.getpixel((0, 0)) == (255, 255, 255)
    assert "white" in upload.note


def test_animation_gives_its_first_frame_and_is_told():
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    upload = opened(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert upload.image.getpixel((0, 0))[0] > 200
    assert "first frame" in upload.note


def test_large_pictures_are_fitted_and_told():
    upload = opened(encoded(Image.new("RGB", (2000, 500))), longest=1000)
    assert upload.image.size == (1000, 250)
    assert "1000×250" in upload.note


def test_forty_megapixels_are_held_and_fitted():
    upload = opened(encoded(Image.new("1", (8000, 5000))))
    assert upload.image.size == (1024, 640)
    assert "I work on it at 1024×640" in upload.note


def test_a_sliver_is_fitted_to_a_line_that_is_still_there():
    upload = opened(encoded(Image.new("RGB", (9000, 17))), longest=100)
    assert upload.image.size == (100, 1)


def test_ink_on_paper_keeps_its_colours():
    cyan = opened(encoded(Image.new("CMYK", (32, 32), (255, 0, 0, 0)), "TIFF")).image
    assert cyan.getpixel((5, 5)) == (0, 255, 255)


def test_exif_rotation_is_applied():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(encoded(Image.new("RGB", (40, 20)), "JPEG", exif=exif)).image.size == (20, 40)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        encoded(Image.new("RGB", (64, 64)))[:60],
        encoded(Image.effect_noise((64, 64), 50))[:-900],
        encoded(Image.new("RGB", (1, 1))),
        encoded(Image.new("1", (9000, 9000))),
    ],
    ids=["empty", "text", "header only", "cut off", "one pixel", "81 megapixels"],
)
def test_bad_files_are_refused_in_a_sentence(content):
    with pytest.raises(BadUpload, match=r"^[A-Z].*\.$"):
        opened(content)


def test_a_mask_is_white_where_it_is_painted_white():
    drawn = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    drawn.paste("white", (5, 6, 20, 20))
    picture = encoded(Image.new("RGB", (40, 30)), "JPEG")
    mask = open_mask(encoded(drawn), picture)
    assert (mask.mode, mask.size, mask.getbbox()) == ("L", (40, 30), (5, 6, 20, 20))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (encoded(Image.new("L", (40, 31), 255)), "of one size"),
        (encoded(Image.new("L", (40, 30), 0)), "Nothing in the mask is white"),
        (b"no mask", "can't read"),
    ],
)
def test_a_mask_that_is_of_no_use_is_told(content, said):
    with pytest.raises(BadUpload, match=said):
        open_mask(content, encoded(Image.new("RGB", (40, 30))))


def test_heavy_files_are_refused_unread():
    with pytest.raises(BadUpload, match="1 MB"):
        opened(b"x" * 1_000_001, max_megabytes=1)
