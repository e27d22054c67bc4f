// SPDX-License-Identifier: Apache-2.0
// Any bytes as a map, a line `---`, and an Icinga 2 event stream (without such a line: as a stream
// with the default map). What the conversion gives is a recording.
#include "fuzz.h"
#include "vitals/icinga2.h"
#include "vitals/recording.h"

namespace {

// Converts the stream and reads the recording back.
void convert(std::string_view stream, const vitals::Icinga2Map& map) {
  auto reader = vitals::Icinga2Reader::from_text(stream, "stream", map);
  std::string recording;
  std::size_t events = 0;
  while (const vitals::Event* event = reader.next()) {
    append_event(recording, *event);
    ++events;
  }
  const std::string why(reader.status().message());
  promise(reader.status().ok() || every_line_says_where(why, "stream"), "an error says where", why);

  auto back = vitals::RecordingReader::from_text(recording, "recording");
  while (back.next() != nullptr) --events;
  promise(back.status().ok() && events == 0, "what a conversion gives is a recording",
          std::string(back.status().message()) + "\n" + recording);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  constexpr std::string_view cut = "\n---\n";
  const std::size_t at = text.find(cut);
  if (at == std::string_view::npos) {
    convert(text, {});
    return 0;
  }
  const auto map = vitals::parse_icinga2_map(text.substr(0, at), "map.yaml");
  const std::string why(map.status().message());
  promise(map.ok() || every_line_says_where(why, "map.yaml"), "an error says where", why);
  if (map.ok()) convert(text.substr(at + cut.size()), *map);
  return 0;
}
