// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of truth, a line `---` and a recording: what is suggested is a policy, and
// what is told is JSON.
#include <simdjson.h>

#include <string>

#include "fuzz.h"
#include "vitals/calibrate.h"

namespace {

using namespace vitals;

constexpr std::string_view separator = "---\n";

void calibrate_with(std::string_view truth_text, std::string_view text, double target) {
  const PolicySet policy;
  TruthReader truth = TruthReader::from_text(truth_text, "truth");
  RecordingReader reader =
      RecordingReader::from_text(text, "recording", {.reorder = Seconds{30}, .lenient = true});
  const auto found =
      calibrate(reader, policy, {.target = target, .truth = &truth, .lenient = true});
  if (!found.ok()) {
    promise(every_line_says_where(std::string(found.status().message()), "truth"),
            "only the truth can be wrong, and it says where");
    return;
  }
  const std::string yaml = to_yaml(*found->suggested);
  const auto read = parse_policy(yaml, "suggested");
  promise(read.ok(), "what is suggested is a policy", yaml);
  promise(to_yaml(*read).size() > 0 && read->checks == found->suggested->checks,
          "and reads back as it is", yaml);
  const std::string json = to_json(*found, policy);
  simdjson::dom::parser parser;
  promise(parser.parse(json).error() == simdjson::SUCCESS, "what is told is JSON", json);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const std::size_t end = text.find(separator);
  const bool has_truth = end != std::string_view::npos;
  const std::string_view truth = has_truth ? text.substr(0, end) : std::string_view();
  const std::string_view recording = has_truth ? text.substr(end + separator.size()) : text;
  for (const double target : {0.5, 1e-4}) calibrate_with(truth, recording, target);
  return 0;
}
