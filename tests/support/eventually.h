// eventually(holds): asks again and again until it holds; false after 20 s. For states of other threads and processes that
// nobody announces; where there is a notice, wait for that.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace tests {

template <class Holds>
bool eventually(Holds holds, std::chrono::milliseconds limit = std::chrono::seconds(20)) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  for (const auto end = std::chrono::steady_clock::now() + limit; std::chrono::steady_clock::now() < end;) {
    if (holds()) return true;
    never.wait_for(lock, std::chrono::milliseconds(2));
  }
  return holds();
}

}  // namespace tests
