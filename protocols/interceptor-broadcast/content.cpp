#include "protocols/interceptor-broadcast/content.hpp"

#include <openssl/sha.h>

#include <utility>

#include "sim/core/random.hpp"

namespace hearsay::interceptor {
namespace {

std::size_t varint_size(std::uint64_t value) {
  std::size_t bytes = 1;
  for (; value >= 0x80; value >>= 7) ++bytes;
  return bytes;
}

// Field `tag` of wire type 2: a counted text. Proto3 leaves an empty one out.
void append_field(std::string& out, char tag, std::string_view text) {
  if (text.empty()) return;
  out.push_back(tag);
  std::uint64_t length = text.size();
  for (; length >= 0x80; length >>= 7) out.push_back(static_cast<char>(length | 0x80));
  out.push_back(static_cast<char>(length));
  out.append(text);
}

std::size_t field_size(std::string_view text) { return text.empty() ? 0 : 1 + varint_size(text.size()) + text.size(); }

}  // namespace

std::string marshal(std::string_view key, std::string_view value) {
  std::string bytes;
  bytes.reserve(marshalled_size(key, value));
  append_field(bytes, 0x0a, key);
  append_field(bytes, 0x12, value);
  return bytes;
}

std::size_t marshalled_size(std::string_view key, std::string_view value) {
  return field_size(key) + field_size(value);
}

ContentHash content_hash(std::string_view key, std::string_view value, std::uint32_t bytes) {
  const std::string message = marshal(key, value);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data());
  ContentHash hash;
  for (std::size_t i = 0; i < bytes; ++i) hash.words[i / 8] |= std::uint64_t{digest[i]} << (i % 8 * 8);
  return hash;
}

WritePtr seal(Write write) {
  write.hash = content_hash(write.key, write.value, write.hash_bytes);
  write.fingerprint = combine(hash_text(write.key), hash_text(write.value));
  return std::make_shared<const Write>(std::move(write));
}

WritePtr invalidation_of(const Write& write) {
  Write rest = write;
  rest.value.clear();
  rest.size = static_cast<std::uint32_t>(rest.key.size());
  rest.invalidation = true;
  return std::make_shared<const Write>(std::move(rest));
}

}  // namespace hearsay::interceptor
