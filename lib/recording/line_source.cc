// SPDX-License-Identifier: Apache-2.0
#include "recording/line_source.h"

#include <cstring>
#include <utility>
#include <vector>

#include "recording/byte_source.h"
#include "text/bridge.h"
#include "text/utf8.h"
#include "vitals/event.h"

namespace vitals {
namespace {

constexpr std::size_t block_size = std::size_t{1} << 16;

absl::Status named(const std::string& name, const absl::Status& status) {
  return {status.code(), cat(name, ": ", to_std(status.message()))};
}

}  // namespace

class LineSource::Impl {
 public:
  Impl(std::unique_ptr<ByteSource> bytes, std::string source_name)
      : name(std::move(source_name)), raw_(std::move(bytes)) {}

  Next next() {
    if (!text_.empty()) {
      const std::size_t length = text_.find('\n');
      // What is read behind a line must be there: the last lines take the way of all others.
      if (length != std::string_view::npos && text_.size() - length > line_padding) {
        ++number;
        terminated = true;
        line_ = text_.substr(0, length);
        text_.remove_prefix(length + 1);
        return length > longest_line ? Next::too_long : Next::line;
      }
      raw_ = bytes_of(std::exchange(text_, {}));
    }
    line_ = {};
    bool skipping = false;  // the line was longer than a line may be
    while (true) {
      const char* begin = buffer_.data() + begin_;
      const std::size_t known = end_ - begin_;
      const void* feed =
          known > scanned_ ? std::memchr(begin + scanned_, '\n', known - scanned_) : nullptr;
      if (feed != nullptr) {
        const auto length = static_cast<std::size_t>(static_cast<const char*>(feed) - begin);
        return take(length, true, skipping);
      }
      scanned_ = known;
      if (known > longest_line) {
        skipping = true;
        begin_ = end_ = scanned_ = 0;
      }
      if (ended_) {
        if (!status.ok()) {  // what stands before the damage is not a whole line
          ++number;
          begin_ = end_ = scanned_ = 0;
          return Next::error;
        }
        if (known == 0 && !skipping) return Next::end;
        return take(skipping ? 0 : known, false, skipping);
      }
      fill();
    }
  }

  // Lines of a text that is not compressed need not be copied.
  void take_lines_from(std::string_view text) { text_ = text; }

  std::string name;
  absl::Status status;
  std::uint64_t number = 0;
  bool terminated = false;
  std::function<void()> before_read;

  [[nodiscard]] std::string_view line() const { return line_; }
  void drop_byte_order_mark() { line_ = without_byte_order_mark(line_); }
  [[nodiscard]] const ByteSource* bytes() const {
    return decoded_ != nullptr ? decoded_.get() : raw_.get();
  }

 private:
  Next take(std::size_t length, bool with_feed, bool skipping) {
    ++number;
    terminated = with_feed;
    line_ = std::string_view(buffer_.data() + begin_, length);
    begin_ += length + (with_feed ? 1 : 0);
    scanned_ = 0;
    return skipping || length > longest_line ? Next::too_long : Next::line;
  }

  void fail(absl::Status why) {
    status = std::move(why);
    ended_ = true;
  }

  // Reads one more block behind what is there.
  void fill() {
    if (decoded_ == nullptr) {
      raw_->before_read = before_read;
      auto decoded = decompressed(std::move(raw_));
      raw_ = bytes_of({});  // moved from above: keep something to ask for progress
      if (!decoded.ok()) return fail(decoded.status());
      decoded_ = *std::move(decoded);
    }
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    buffer_.resize(end_ + block_size + line_padding);
    decoded_->before_read = before_read;
    const absl::StatusOr<std::size_t> count = decoded_->read(buffer_.data() + end_, block_size);
    if (!count.ok()) return fail(count.status());
    end_ += *count;
    ended_ = *count == 0;
  }

  std::string_view text_;  // what is left of a text in memory
  std::unique_ptr<ByteSource> raw_;
  std::unique_ptr<ByteSource> decoded_;
  std::vector<char> buffer_ = std::vector<char>(line_padding);
  std::size_t begin_ = 0;    // of what was not taken yet
  std::size_t end_ = 0;      // of what was read
  std::size_t scanned_ = 0;  // bytes from begin_ on that hold no line feed
  bool ended_ = false;
  std::string_view line_;
};

absl::StatusOr<LineSource> LineSource::open(const std::string& path) {
  auto bytes = open_bytes(path);
  const std::string name = path == "-" ? "<stdin>" : path;
  if (!bytes.ok()) return named(name, bytes.status());
  return LineSource(std::make_unique<Impl>(*std::move(bytes), name));
}

LineSource LineSource::from_text(std::string_view text, std::string name) {
  auto impl = std::make_unique<Impl>(bytes_of(text), std::move(name));
  const bool is_plain = !text.empty() && (text.front() == '{' || text.front() == '\n');
  if (is_plain) impl->take_lines_from(text);
  return LineSource(std::move(impl));
}

LineSource::LineSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LineSource::LineSource(LineSource&&) noexcept = default;
LineSource& LineSource::operator=(LineSource&&) noexcept = default;
LineSource::~LineSource() = default;

LineSource::Next LineSource::next() {
  const Next next = impl_->next();
  if (next == Next::line && impl_->number == 1) impl_->drop_byte_order_mark();
  return next;
}
std::string_view LineSource::line() const { return impl_->line(); }
bool LineSource::line_is_terminated() const { return impl_->terminated; }
std::uint64_t LineSource::line_number() const { return impl_->number; }
const std::string& LineSource::name() const { return impl_->name; }
std::string LineSource::position() const { return cat(impl_->name, ":", impl_->number); }
const absl::Status& LineSource::status() const { return impl_->status; }
void LineSource::set_before_read(std::function<void()> before_read) {
  impl_->before_read = std::move(before_read);
}
std::uint64_t LineSource::bytes_read() const { return impl_->bytes()->bytes_read; }
std::uint64_t LineSource::bytes_total() const { return impl_->bytes()->bytes_total; }

}  // namespace vitals
