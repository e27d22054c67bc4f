// SPDX-License-Identifier: Apache-2.0
// Lines are read on demand, where nothing is checked that is not asked for. What counts as JSON
// must be what a parser says that checks everything: simdjson's own DOM.
#include "recording/event_line.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "recording/line_source.h"

namespace vitals {
namespace {

enum class Line { object, other_json, no_json, too_deep, bad_number };

Line by_dom(const std::string& padded, std::size_t size) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  const simdjson::error_code error = parser.parse(padded.data(), size, false).get(root);
  if (error == simdjson::NUMBER_ERROR) return Line::bad_number;
  if (error == simdjson::DEPTH_ERROR) return Line::too_deep;
  if (error != simdjson::SUCCESS) return Line::no_json;
  return root.is_object() ? Line::object : Line::other_json;
}

Line by_parser(const std::string& padded, std::size_t size) {
  static EventLineParser parser;
  Event event;
  const auto bad = parser.parse({padded.data(), size}, event);
  if (!bad) return Line::object;
  const auto says = [&](const char* words) { return bad->message.find(words) == 0; };
  if (says("no JSON object")) return Line::no_json;
  if (says("expected one JSON object")) return Line::other_json;
  if (says("nested deeper")) return Line::too_deep;
  return bad->cause == "bad number" ? Line::bad_number : Line::object;
}

// Whether both say the same of a line, or both that it is none, for reasons of their own: which of
// two mistakes is met first may differ, and so may what a number beyond 64 bits is.
bool agree(const std::string& line) {
  std::string padded = line;
  padded.append(line_padding, ' ');
  const Line dom = by_dom(padded, line.size());
  const Line ours = by_parser(padded, line.size());
  if (dom == Line::bad_number) return true;
  return (dom == Line::object) == (ours == Line::object);
}

const std::vector<std::string>& seeds() {
  static const std::vector<std::string> lines{
      R"({"event":"check","receive_time":1700001823,"host":"sas1-0001","service":"memory",)"
      R"("status":"OK","status_mtime":1700000000.25,"metadata":{"timestamp":1700001700,"x":[1]}})",
      R"({"event":"host","time":1700000000,"host":"h","switch":null,"rack":"r\u00e4ck\n"})",
      R"({"a":[true,false,null,-0.5e-3,{"b":{}},[],""],"host":"\ud83d\ude00","to":0})",
      R"( { "h\u006fst" : "a" , "time" : "2023-11-14T22:13:20Z" } )",
      R"({"host":"unt)",
      R"({})",
      R"([])",
  };
  return lines;
}

TEST_CASE("what is JSON on demand is what is JSON", "[recording]") {
  for (const std::string& line : seeds()) {
    CHECK(agree(line));
    for (std::size_t size = 0; size < line.size(); ++size) {
      INFO(line.substr(0, size));
      CHECK(agree(line.substr(0, size)));
      CHECK(agree(line.substr(0, size) + line.substr(size + 1)));
      CHECK(agree(line.substr(size)));
    }
  }
  const char* const lines[] = {"",
                               " ",
                               "{",
                               "}",
                               "{}}",
                               "{}{}",
                               "{},",
                               "{,}",
                               "{\"a\"}",
                               "{\"a\":}",
                               "{\"a\":1,}",
                               "{\"a\" 1}",
                               "{a:1}",
                               "{\"a\":01}",
                               "{\"a\":+1}",
                               "{\"a\":1.}",
                               "{\"a\":.5}",
                               "{\"a\":-}",
                               "{\"a\":1e}",
                               "{\"a\":0x1}",
                               "{\"a\":tru}",
                               "{\"a\":trux}",
                               "{\"a\":nul}",
                               "{\"a\":nulx}",
                               "{\"a\":nullx}",
                               "{\"a\":truex}",
                               "{\"a\":[1,]}",
                               "{\"a\":[1 2]}",
                               "{\"a\":[,1]}",
                               "{\"a\":[1}",
                               "{\"a\":{]}",
                               "{\"a\":\"\\q\"}",
                               "{\"\\q\":1}",
                               "{\"a\":\"\\ud800\"}",
                               "{\"\\ud800\":1}",
                               "true",
                               "1",
                               "\"a\"",
                               "null",
                               "nulx",
                               "[1",
                               "{\"a\":1 \x01}",
                               "{\"a\":\"\x01\"}",
                               "{\"metadata\":{\"timestamp\":01}}",
                               "{\"metadata\":{\"\\q\":1}}",
                               "{\"metadata\":[}",
                               "{\"metadata\":{]}",
                               "{\"metadata\":{\"a\"}}"};
  for (const char* line : lines) {
    INFO(line);
    CHECK(agree(line));
  }
}

TEST_CASE("what is JSON on demand is what is JSON, at random", "[recording]") {
  rc::prop("of lines with bytes changed, put in and left out", [] {
    std::string line = seeds()[*rc::gen::inRange<std::size_t>(0, seeds().size())];
    const int changes = *rc::gen::inRange(1, 4);
    for (int i = 0; i < changes; ++i) {
      const std::size_t at = *rc::gen::inRange<std::size_t>(0, line.size());
      const char byte =
          *rc::gen::elementOf(std::string("{}[]\",:\\ \t0123456789-+.eEtfnu/\xc3\x01x"));
      switch (*rc::gen::inRange(0, 3)) {
        case 0:
          line[at] = byte;
          break;
        case 1:
          line.insert(at, 1, byte);
          break;
        default:
          line.erase(at, 1);
      }
      if (line.empty()) return;
    }
    RC_ASSERT(agree(line));
  });
}

}  // namespace
}  // namespace vitals
