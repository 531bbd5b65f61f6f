//! A picture made anew: what is stored is drawn from the pixels, never copied from the upload.

use super::super::error::{Error, Result};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

const PIXELS_MAX: u64 = 40_000_000;
/// Room for the pixels of one decode: 40 megapixels of four bytes, and some.
const DECODE_BYTES_MAX: u64 = 192 * 1024 * 1024;
const _: () = assert!(PIXELS_MAX * 4 < DECODE_BYTES_MAX);
const SIDE_PIXELS_MAX: u32 = 2048;
const THUMBNAIL_SIDE_PIXELS_MAX: u32 = 640;
const JPEG_QUALITY: u8 = 85;

/// The formats we write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Jpeg,
    Png,
}

impl Kind {
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }

    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// A picture ready to be stored.
pub(super) struct Made {
    pub(super) kind: Kind,
    pub(super) full: Vec<u8>,
    pub(super) thumbnail: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
}

pub(super) fn unreadable() -> Error {
    Error::BadRequest(
        "this file is not a picture we can read: give a JPEG, PNG, WebP or GIF".into(),
    )
}

fn too_large() -> Error {
    Error::TooLarge("a picture may have 40 megapixels: make it smaller first".into())
}

fn from_image(error: ImageError) -> Error {
    match error {
        ImageError::Limits(_) => too_large(),
        _ => unreadable(),
    }
}

/// Decodes, turns upright, reduces and encodes. Slow: call it where blocking is allowed.
pub(super) fn remake(upload: &[u8]) -> Result<Made> {
    let (image, format) = decode(upload)?;
    let seen_through = image.color().has_alpha() && image.to_rgba8().pixels().any(|p| p.0[3] < 255);
    let image = if seen_through {
        DynamicImage::ImageRgba8(image.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(image.into_rgb8())
    };
    let (kind, full) = if seen_through {
        (Kind::Png, encode(&image, Kind::Png)?)
    } else if format == ImageFormat::Jpeg {
        (Kind::Jpeg, encode(&image, Kind::Jpeg)?)
    } else {
        // A photograph is smaller as JPEG; a drawing or a page of text is smaller, and sharper, as PNG.
        let jpeg = encode(&image, Kind::Jpeg)?;
        let png = encode(&image, Kind::Png)?;
        if png.len() <= jpeg.len() {
            (Kind::Png, png)
        } else {
            (Kind::Jpeg, jpeg)
        }
    };
    let thumbnail = encode(&reduce(&image, THUMBNAIL_SIDE_PIXELS_MAX), kind)?;
    Ok(Made {
        kind,
        full,
        thumbnail,
        width: image.width(),
        height: image.height(),
    })
}

/// The header is read and judged before any pixel; the first frame is all there is. Reduced before
/// it is turned, so that only one picture of full size is ever held.
fn decode(upload: &[u8]) -> Result<(DynamicImage, ImageFormat)> {
    let mut reader = ImageReader::new(Cursor::new(upload))
        .with_guessed_format()
        .map_err(|_| unreadable())?;
    let format = reader.format().ok_or_else(unreadable)?;
    let ours = [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::WebP,
        ImageFormat::Gif,
    ];
    if !ours.contains(&format) {
        return Err(unreadable());
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODE_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(from_image)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > PIXELS_MAX || decoder.total_bytes() > DECODE_BYTES_MAX {
        return Err(too_large());
    }
    let orientation = decoder.orientation().map_err(from_image)?;
    let whole = DynamicImage::from_decoder(decoder).map_err(from_image)?;
    let mut image = reduce(&whole, SIDE_PIXELS_MAX);
    image.apply_orientation(orientation);
    Ok((image, format))
}

/// The same picture with its longest side at most so long. A very large one is first brought near
/// by a quick average, which needs no second picture of full size.
fn reduce(image: &DynamicImage, side_max: u32) -> DynamicImage {
    let side = image.width().max(image.height());
    if side <= side_max {
        return image.clone();
    }
    let near = side_max * 2;
    let fine = |image: &DynamicImage| image.resize(side_max, side_max, FilterType::CatmullRom);
    if side > near {
        fine(&image.thumbnail(near, near))
    } else {
        fine(image)
    }
}

fn encode(image: &DynamicImage, kind: Kind) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let written = match kind {
        Kind::Jpeg => {
            image.write_with_encoder(JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY))
        }
        Kind::Png => image.write_with_encoder(PngEncoder::new(&mut out)),
    };
    written.map_err(Error::internal)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};

    /// 64 by 32 pixels, the left half red, the right half blue.
    fn two_colours() -> DynamicImage {
        DynamicImage::ImageRgb8(RgbImage::from_fn(64, 32, |x, _| {
            if x < 32 {
                Rgb([250, 0, 0])
            } else {
                Rgb([0, 0, 250])
            }
        }))
    }

    fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        image.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    /// A JPEG as a telephone writes it: on its side, with the place it was taken at.
    fn with_exif(jpeg: &[u8]) -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
        tiff.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"); // orientation: turn right once
        tiff.extend(b"\x25\x88\x04\0\x01\0\0\0\x26\0\0\0"); // the GPS directory is at 38
        tiff.extend(b"\0\0\0\0");
        tiff.extend(b"\x01\0\x02\0\x02\0\x05\0\0\0GPS 50.4587 N, 2.7936 E\0");
        let mut segment = b"Exif\0\0".to_vec();
        segment.extend(tiff);
        let mut out = b"\xff\xd8\xff\xe1".to_vec();
        out.extend(u16::try_from(segment.len() + 2).unwrap().to_be_bytes());
        out.extend(segment);
        out.extend(&jpeg[2..]);
        out
    }

    fn contains(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn a_photograph_stands_upright_and_forgets_where_it_was_taken() {
        let upload = with_exif(&written(&two_colours(), ImageFormat::Jpeg));
        assert!(contains(&upload, b"GPS 50.4587"));
        let made = remake(&upload).unwrap();
        assert_eq!((made.kind, made.width, made.height), (Kind::Jpeg, 32, 64));
        for bytes in [&made.full, &made.thumbnail] {
            assert!(!contains(bytes, b"Exif") && !contains(bytes, b"GPS"));
            let image = image::load_from_memory(bytes).unwrap().to_rgb8();
            assert_eq!(image.dimensions(), (32, 64));
            assert!(image.get_pixel(16, 4).0[0] > 200, "red is above");
            assert!(image.get_pixel(16, 60).0[2] > 200, "blue is below");
        }
    }

    #[test]
    fn each_picture_takes_the_format_that_suits_it() {
        let drawing = two_colours();
        let photograph = DynamicImage::ImageRgb8(RgbImage::from_fn(200, 200, |x, y| {
            let noise = u8::try_from((x * 7919 + y * 104_729) % 61).unwrap();
            Rgb([noise, noise.wrapping_mul(3), 100 + noise])
        }));
        for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
            assert_eq!(remake(&written(&drawing, format)).unwrap().kind, Kind::Png);
        }
        let made = remake(&written(&photograph, ImageFormat::Png)).unwrap();
        assert_eq!(made.kind, Kind::Jpeg);
    }

    #[test]
    fn a_large_picture_is_reduced() {
        let wide = DynamicImage::ImageRgb8(RgbImage::new(5000, 10));
        let made = remake(&written(&wide, ImageFormat::Png)).unwrap();
        assert_eq!((made.width, made.height), (2048, 4));
    }

    /// The first bytes of a PNG that claims to be so large.
    fn png_header(width: u32, height: u32) -> Vec<u8> {
        let chunk = |name: &[u8; 4], data: &[u8]| {
            let body = [name.as_slice(), data].concat();
            let crc = !body.iter().fold(!0_u32, |crc, byte| {
                (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                    (crc >> 1) ^ (0xEDB8_8320 * (crc & 1))
                })
            });
            let length = u32::try_from(data.len()).unwrap().to_be_bytes();
            [length.as_slice(), &body, &crc.to_be_bytes()].concat()
        };
        let (width, height) = (width.to_be_bytes(), height.to_be_bytes());
        let head = [width.as_slice(), &height, &[8, 6, 0, 0, 0]].concat();
        let magic = b"\x89PNG\r\n\x1a\n".to_vec();
        [magic, chunk(b"IHDR", &head), chunk(b"IDAT", b"\x78\x9c")].concat()
    }

    #[test]
    fn a_bomb_is_refused_by_its_header() {
        for (width, height) in [(50_000, 50_000), (6_400, 6_400), (u32::MAX >> 1, 1)] {
            let begun = std::time::Instant::now();
            let made = remake(&png_header(width, height));
            assert!(matches!(made, Err(Error::TooLarge(_))), "{width}");
            assert!(begun.elapsed().as_millis() < 500);
        }
        let made = remake(&png_header(10, 10));
        assert!(matches!(made, Err(Error::BadRequest(_))));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let mut cut_short = written(&two_colours(), ImageFormat::Png);
        cut_short.truncate(60);
        for upload in [
            b"".to_vec(),
            b"<!doctype html><script>alert(1)</script>".to_vec(),
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(),
            b"GIF89a\x0a\0\x0a\0/*<script>alert(1)</script>*/=1".to_vec(),
            b"%PDF-1.7".to_vec(),
            b"II*\0\x08\0\0\0".to_vec(),
            b"\xff\xd8\xff".to_vec(),
            cut_short,
        ] {
            let made = remake(&upload);
            assert!(matches!(made, Err(Error::BadRequest(_))), "{upload:?}");
        }
    }

    #[test]
    fn what_hides_in_a_picture_does_not_come_along() {
        let mut upload = written(&two_colours(), ImageFormat::Gif);
        upload.extend(b"<script>alert(1)</script>");
        let made = remake(&upload).unwrap();
        assert!(!contains(&made.full, b"script"));
    }
}
