"""A library photo's own pixels, for the full-size viewer."""

from app.imaging.content import read_bytes
from app.imaging.decode import Picture, decode
from app.imaging.errors import Reason, UnreadablePictureError
from app.library.library import Library

_EVERY_PIXEL = 1 << 30


def read_photo(library: Library, photo_id: int, longest: int | None) -> Picture:
    """Decode a photo from the first of its files that can be read.

    Args:
        library: The library that knows where the photo lies.
        photo_id: The photo.
        longest: At least this many pixels on the shorter side; None for every pixel.

    Raises:
        UnreadablePictureError: It has no file, or none of them can be read.
    """
    problem = UnreadablePictureError(Reason.MISSING, "The photo's file is not there.")
    for details in library.photos.details([photo_id]):
        for place in details.paths:
            try:
                data = read_bytes(place.path)
                return decode(data, name=place.path.name, working_size=longest or _EVERY_PIXEL)
            except UnreadablePictureError as error:
                problem = error
    raise problem
