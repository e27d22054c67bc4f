// SPDX-License-Identifier: Apache-2.0
#include "recording/merged_files.h"

namespace vitals {

void MergedFiles::add(LineSource source) {
  files_.push_back(std::make_unique<RecordingFile>(std::move(source), options_, skipped_));
}

void MergedFiles::call_before_reads() {
  for (const auto& file : files_) file->call_before_reads();
}

const Event* MergedFiles::next() {
  if (ended_) return nullptr;
  if (started_) {
    files_[current_]->advance();
  } else {
    for (const auto& file : files_) file->advance();
    started_ = true;
  }
  const RecordingFile* first = nullptr;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const RecordingFile& file = *files_[i];
    if (file.state() == RecordingFile::State::end) continue;
    if (first != nullptr && first->place() <= file.place()) continue;
    first = &file;
    current_ = i;
  }
  if (first != nullptr && first->state() == RecordingFile::State::event) return &first->event();
  ended_ = true;
  if (first == nullptr) return nullptr;
  status_ = first->error();
  error_time_ = first->place();
  return nullptr;
}

RecordingProgress MergedFiles::progress() const {
  RecordingProgress sum;
  bool known = true;
  for (const auto& file : files_) {
    sum.bytes_read += file->source().bytes_read();
    sum.bytes_total += file->source().bytes_total();
    known = known && file->source().bytes_total() > 0;
  }
  if (!known) sum.bytes_total = 0;
  return sum;
}

}  // namespace vitals
