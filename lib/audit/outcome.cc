// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/outcome.h"

#include <algorithm>
#include <cstring>

#include "text/bridge.h"
#include "text/quote.h"
#include "text/utf8.h"
#include "vitals/text_time.h"

namespace vitals::audit {
namespace {

// The first line that is not blank, up to performance data, without blanks around it.
std::string_view first_line(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  text = text.substr(0, text.find_first_of("|\n"));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::string shortened(std::string text) {
  if (text.size() <= longest_output) return text;
  constexpr std::string_view mark = "...";
  text.resize(longest_output - mark.size());
  // No character is cut in two: at most three bytes of one stand at the end.
  for (int i = 0; i < 3 && !text.empty(); ++i) {
    std::size_t begin = text.size() - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xc0U) == 0x80U) --begin;
    if (first_code_point(std::string_view(text).substr(begin))) break;
    text.resize(begin);
  }
  return text += mark;
}

// The limit; and how much longer it ran, as one that does not heed SIGTERM does until its grace
// ends.
std::string timed_out(const Ended& ended) {
  const Seconds more = ended.finished_at - ended.started_at - ended.timeout;
  std::string text = cat("timed out after ", format_duration(ended.timeout));
  // By clocks of whole seconds anything takes one more.
  if (more > Seconds{1}) text += cat(", and ended ", format_duration(more), " later");
  return text;
}

std::string reason_of(const Ended& ended) {
  switch (ended.how) {
    case Ended::How::exited:
      return 0 <= ended.number && ended.number <= 3 ? "" : cat("exit code ", ended.number);
    case Ended::How::signalled:
      return cat("killed by signal ", ended.number);
    case Ended::How::timed_out:
      return timed_out(ended);
    case Ended::How::not_started:
      return cat("not started: ", std::strerror(ended.number));
    case Ended::How::stopped:
      return "stopped";
  }
  return {};
}

}  // namespace

Result result_of(const Ended& ended) {
  std::string_view said = first_line(ended.out);
  if (said.empty()) said = first_line(ended.err);
  std::string output = reason_of(ended);
  if (!output.empty() && !said.empty()) output += ": ";
  output += printable(said);
  const bool exited = ended.how == Ended::How::exited;
  return {.status = exited ? status_of_exit(ended.number) : Status::nodata,
          .exit_code = exited ? ended.number : 128 + std::clamp(ended.number, 0, 127),
          .output = shortened(std::move(output)),
          .started_at = ended.started_at,
          .finished_at = ended.finished_at};
}

}  // namespace vitals::audit
