/** The part of libheif's interface that is used here. Its own types do not pass the compiler's settings. */

/** An object in the memory of the decoder. */
type Handle = object;

interface Answer {
  /** Present for an error. */
  code?: unknown;
}

export interface Libheif {
  heif_error_code: { heif_error_Ok: unknown };
  heif_colorspace: { heif_colorspace_RGB: unknown };
  heif_chroma: { heif_chroma_interleaved_RGB: unknown; heif_chroma_interleaved_RGBA: unknown };
  heif_context_alloc(): Handle;
  heif_context_read_from_memory(context: Handle, file: Uint8Array): Answer;
  heif_js_context_get_primary_image_handle(context: Handle): Handle & Answer;
  heif_image_handle_has_alpha_channel(picture: Handle): number;
  heif_image_handle_is_premultiplied_alpha(picture: Handle): number;
  heif_js_decode_image2(
    picture: Handle,
    colorspace: unknown,
    chroma: unknown,
  ): Answer & { channels?: { data: Uint8Array; width: number; height: number; stride: number }[] };
}
