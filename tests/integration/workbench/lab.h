// Lab: the sample workspace copied to a folder of its own, with a host on free ports; and waiting for what
// must become true.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>

#include "tests/support/folder.h"
#include "workbench/host/host.h"
#include "workbench/workspace/load.h"

namespace tests {

class Lab {
 public:
  explicit Lab(const std::string& sample = "orders-lab") {
    if (auto s = workbench::workspace::copy_sample(
            std::string(SLIPWAY_SOURCE_DIR) + "/fixtures/workspaces/" + sample, folder());
        !s.ok())
      throw std::runtime_error(s.error().to_string());
  }
  ~Lab() { close(); }

  std::string folder() const { return root_ / "ws"; }
  std::string read(const std::string& file) const {
    std::ifstream in(folder() + "/" + file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // As an editor saves: a new file that takes the old one's place.
  void write(const std::string& file, const std::string& text) const {
    const std::string path = folder() + "/" + file;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path + ".new~", std::ios::binary) << text;
    std::filesystem::rename(path + ".new~", path);
  }
  void edit(const std::string& file, const std::string& from, const std::string& to) const {
    std::string text = read(file);
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error(file + " has no " + from);
    write(file, text.replace(at, from.size(), to));
  }

  slipway::Status open(workbench::host::HostOptions options = {}) {
    options.keep_ports = false;
    options.workers = 2;
    auto opened = workbench::host::Host::open(folder(), std::move(options));
    if (!opened.ok()) return opened.error();
    host_ = std::move(*opened);
    host_->listen([this] {
      std::lock_guard lock(mutex_);
      changed_.notify_all();
    });
    return {};
  }
  void close() { host_.reset(); }
  workbench::host::Host& host() { return *host_; }
  workbench::host::Host* operator->() { return host_.get(); }

  workbench::traffic::SavedRequest request(const std::string& id) {
    for (const auto& r : host_->requests())
      if (r.id == id) return r;
    throw std::runtime_error("no saved request " + id);
  }
  workbench::traffic::Exchange send(const std::string& id) { return host_->send(request(id)); }
  workbench::traffic::Exchange get(const std::string& url) {
    workbench::traffic::SavedRequest r;
    r.id = "test";
    r.url = url;
    return host_->send(r);
  }
  int port(const std::string& instance) const {
    for (const auto& row : host_->services())
      if (row.instance == instance) return std::stoi(row.address.substr(row.address.rfind(':') + 1));
    return 0;
  }
  workbench::recorder::TracePtr trace(const std::string& id) {
    auto t = host_->recorder().find(id, std::chrono::seconds(10));
    if (!t.ok()) throw std::runtime_error(t.error().to_string());
    return *t;
  }
  std::string problems() const {
    std::string all;
    for (const auto& p : host_->config().problems) all += p + "\n";
    return all;
  }
  // Waits, woken by the host's own news, until it holds; false after half a minute.
  bool until(const std::function<bool()>& holds) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    std::unique_lock lock(mutex_);
    for (;;) {
      lock.unlock();
      if (holds()) return true;
      lock.lock();
      if (std::chrono::steady_clock::now() > limit) return false;
      changed_.wait_for(lock, std::chrono::milliseconds(20));
    }
  }

 private:
  Folder root_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unique_ptr<workbench::host::Host> host_;
};

}  // namespace tests
