// SPDX-License-Identifier: Apache-2.0
#include "recording/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "text/bridge.h"

namespace vitals {
namespace {

constexpr std::size_t block_size = std::size_t{1} << 17;

// What compressed files begin with.
constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::string_view zstd_magic = "\x28\xb5\x2f\xfd";
constexpr std::string_view zstd_skippable_magic = "\x2a\x4d\x18";  // behind 50 to 5f
constexpr std::string_view xz_magic = "\xfd\x37zX";                // fd 7zX
constexpr std::string_view bzip2_magic = "BZh";
constexpr std::size_t longest_magic = zstd_magic.size();

class FileBytes final : public ByteSource {
 public:
  FileBytes(int descriptor, bool owned) : descriptor_(descriptor), owned_(owned) {
    struct stat facts{};
    if (fstat(descriptor_, &facts) == 0 && S_ISREG(facts.st_mode)) {
      bytes_total = static_cast<std::uint64_t>(facts.st_size);
    }
  }
  ~FileBytes() override {
    if (owned_) close(descriptor_);
  }

  absl::StatusOr<std::size_t> read(char* buffer, std::size_t size) override {
    if (before_read) before_read();
    ssize_t count = 0;
    do {
      count = ::read(descriptor_, buffer, size);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return absl::ErrnoToStatus(errno, "cannot be read");
    bytes_read += static_cast<std::uint64_t>(count);
    return static_cast<std::size_t>(count);
  }

 private:
  int descriptor_;
  bool owned_;
};

class MemoryBytes final : public ByteSource {
 public:
  explicit MemoryBytes(std::string_view text) : rest_(text) { bytes_total = text.size(); }

  absl::StatusOr<std::size_t> read(char* buffer, std::size_t size) override {
    const std::size_t count = std::min(size, rest_.size());
    std::copy_n(rest_.data(), count, buffer);
    rest_.remove_prefix(count);
    bytes_read += count;
    return count;
  }

 private:
  std::string_view rest_;
};

// What the three formats have in common: raw bytes in a block, handed on bit by bit.
class Decoder : public ByteSource {
 public:
  Decoder(std::unique_ptr<ByteSource> raw, std::vector<char> sniffed)
      : raw_(std::move(raw)), block_(std::move(sniffed)), rest_(block_.data(), block_.size()) {
    update_progress();
  }

 protected:
  // Makes rest_ non-empty; false at the end of the raw bytes.
  absl::StatusOr<bool> refill() {
    if (!rest_.empty()) return true;
    if (ended_) return false;
    block_.resize(block_size);
    absl::StatusOr<std::size_t> count = read_raw(block_.data(), block_.size());
    if (!count.ok()) return count.status();
    rest_ = std::string_view(block_.data(), *count);
    ended_ = *count == 0;
    return !ended_;
  }

  absl::StatusOr<std::size_t> read_raw(char* buffer, std::size_t size) {
    raw_->before_read = before_read;
    absl::StatusOr<std::size_t> count = raw_->read(buffer, size);
    update_progress();
    return count;
  }

  std::string_view& rest() { return rest_; }

 private:
  void update_progress() {
    bytes_read = raw_->bytes_read;
    bytes_total = raw_->bytes_total;
  }

  std::unique_ptr<ByteSource> raw_;
  std::vector<char> block_;
  std::string_view rest_;
  bool ended_ = false;
};

class PlainDecoder final : public Decoder {
 public:
  using Decoder::Decoder;

  absl::StatusOr<std::size_t> read(char* buffer, std::size_t size) override {
    if (rest().empty()) return read_raw(buffer, size);
    const std::size_t count = std::min(size, rest().size());
    std::copy_n(rest().data(), count, buffer);
    rest().remove_prefix(count);
    return count;
  }
};

class GzipDecoder final : public Decoder {
 public:
  GzipDecoder(std::unique_ptr<ByteSource> raw, std::vector<char> sniffed)
      : Decoder(std::move(raw), std::move(sniffed)) {
    constexpr int gzip_only = 16;
    ready_ = inflateInit2(&stream_, MAX_WBITS + gzip_only) == Z_OK;
  }
  ~GzipDecoder() override { inflateEnd(&stream_); }

  absl::StatusOr<std::size_t> read(char* buffer, std::size_t size) override {
    if (!ready_) return absl::ResourceExhaustedError("zlib has no memory");
    while (true) {
      absl::StatusOr<bool> more = refill();
      if (!more.ok()) return more.status();
      if (!*more) {
        if (inside_) return invalid("the gzip stream is truncated");
        return std::size_t{0};
      }
      // zlib's interface is not const-correct; it does not write to its input.
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest().data()));
      stream_.avail_in = static_cast<uInt>(rest().size());
      stream_.next_out = reinterpret_cast<Bytef*>(buffer);
      stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, block_size));
      const uInt wanted = stream_.avail_out;
      inside_ = true;
      const int result = inflate(&stream_, Z_NO_FLUSH);
      rest().remove_prefix(rest().size() - stream_.avail_in);
      if (result == Z_STREAM_END) {
        inside_ = false;
        inflateReset(&stream_);
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        return invalid("the gzip stream is damaged");
      }
      if (stream_.avail_out < wanted) return std::size_t{wanted - stream_.avail_out};
    }
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
  bool inside_ = false;  // a member began and did not end yet
};

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder(std::unique_ptr<ByteSource> raw, std::vector<char> sniffed)
      : Decoder(std::move(raw), std::move(sniffed)), stream_(ZSTD_createDStream()) {}

  absl::StatusOr<std::size_t> read(char* buffer, std::size_t size) override {
    if (stream_ == nullptr) return absl::ResourceExhaustedError("zstd has no memory");
    while (true) {
      absl::StatusOr<bool> more = refill();
      if (!more.ok()) return more.status();
      // Without new input the decoder may still hold output of the last block.
      if (!*more && !inside_) return std::size_t{0};
      ZSTD_inBuffer in{rest().data(), rest().size(), 0};
      ZSTD_outBuffer out{buffer, size, 0};
      const std::size_t result = ZSTD_decompressStream(stream_.get(), &out, &in);
      if (ZSTD_isError(result) != 0U) return invalid("the zstd stream is damaged");
      rest().remove_prefix(in.pos);
      inside_ = result != 0;
      if (out.pos > 0) return out.pos;
      if (!*more) return invalid("the zstd stream is truncated");
    }
  }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  std::unique_ptr<ZSTD_DStream, Free> stream_;
  bool inside_ = false;  // a frame began and did not end yet
};

bool starts_with(const std::vector<char>& bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin());
}

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> open_bytes(const std::string& path) {
  if (path == "-") return std::make_unique<FileBytes>(STDIN_FILENO, false);
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return absl::ErrnoToStatus(errno, "cannot be opened");
  return std::make_unique<FileBytes>(descriptor, true);
}

std::unique_ptr<ByteSource> bytes_of(std::string_view text) {
  return std::make_unique<MemoryBytes>(text);
}

absl::StatusOr<std::unique_ptr<ByteSource>> decompressed(std::unique_ptr<ByteSource> raw) {
  std::vector<char> sniffed(block_size);
  std::size_t size = 0;
  while (size < longest_magic) {  // a pipe may hand over less than asked for
    absl::StatusOr<std::size_t> count = raw->read(sniffed.data() + size, sniffed.size() - size);
    if (!count.ok()) return count.status();
    if (*count == 0) break;
    size += *count;
  }
  sniffed.resize(size);
  if (starts_with(sniffed, gzip_magic)) {
    return std::make_unique<GzipDecoder>(std::move(raw), std::move(sniffed));
  }
  // A skippable frame, as parallel compressors write in front, begins with one of 16 numbers.
  const bool skippable = size >= longest_magic && (sniffed[0] & 0xf0) == 0x50 &&
                         std::string_view(sniffed.data() + 1, 3) == zstd_skippable_magic;
  if (skippable || starts_with(sniffed, zstd_magic)) {
    return std::make_unique<ZstdDecoder>(std::move(raw), std::move(sniffed));
  }
  for (const auto& [magic, format] : {std::pair(xz_magic, "xz"), std::pair(bzip2_magic, "bzip2")}) {
    if (starts_with(sniffed, magic)) return invalid(format, ", expected plain text, gzip or zstd");
  }
  return std::make_unique<PlainDecoder>(std::move(raw), std::move(sniffed));
}

}  // namespace vitals
