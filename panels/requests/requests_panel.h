// Requests: saved requests, the builder, the reply, and under it the waterfall of that very request. The same key sends and
// cancels; what is typed is a draft until it is saved, and survives a crash.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "panels/kit/panel.h"
#include "panels/requests/draft_store.h"
#include "panels/requests/request_line.h"
#include "workbench/recorder/trace.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QTimer;
class QVBoxLayout;

namespace panels::kit {
class Sheet;
class TabStrip;
class Banner;
class CodeEdit;
namespace plots {
class Waterfall;
}
}  // namespace panels::kit

namespace panels::requests {

class ReplyFoot;
class ReplyView;
class RequestHistory;
class RequestParts;
class RequestBrowser;

class RequestsPanel : public kit::Panel {
  Q_OBJECT
 public:
  explicit RequestsPanel(kit::Session* session, QWidget* parent = nullptr);
  kit::PanelInfo info() const override;
  std::vector<kit::Command> commands() override;
  QWidget* make_inspector(const kit::Selection& selection, QWidget* parent) override;
  void reveal(const kit::Selection& selection) override;
  QVariantMap save_state() const override;
  void restore_state(const QVariantMap& state) override;

  void open_request(const std::string& id);
  void send_or_cancel();
  bool is_sending() const { return sending_ != 0; }
  void save();
  void revert();
  // A cURL line becomes an unsaved request; anything else is an error in the banner.
  bool import_text(const QString& text);
  const workbench::traffic::SavedRequest& draft() const { return draft_; }
  bool is_changed() const;
  void show_exchange(const workbench::traffic::Exchange& exchange);
  const workbench::traffic::Exchange* exchange() const { return exchange_ ? &*exchange_ : nullptr; }
  const workbench::recorder::TracePtr& trace() const { return trace_; }   // of what is shown; null until it came
  kit::plots::Waterfall* waterfall() const { return waterfall_; }
  QLineEdit* url() const;
  kit::CodeEdit* body() const;
  RequestBrowser* browser() const { return browser_; }
  RequestLine* line() const { return line_; }
  RequestParts* parts() const { return parts_; }
  ReplyView* reply() const { return reply_; }
  RequestHistory* history() const { return history_; }

 Q_SIGNALS:
  void answered();

 protected:
  void refresh() override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* build_left();
  QWidget* build_builder();
  QWidget* build_waterfall();
  void load_fields();
  void edited();
  void show_surroundings();
  void show_status();
  void show_tabs();
  void show_trace(workbench::recorder::TracePtr trace);
  void look_up_trace();
  void took(slipway::Result<workbench::traffic::Exchange> result);
  void copy_as(RequestLine::Form form);
  const workbench::traffic::SavedRequest* saved(const std::string& id) const;
  std::set<std::string> drafts() const;

  std::unique_ptr<DraftStore> store_;
  RequestBrowser* browser_;
  RequestHistory* history_;
  RequestLine* line_;
  RequestParts* parts_;
  ReplyView* reply_;
  ReplyFoot* foot_;
  QLabel *file_, *span_words_;
  QPushButton* open_trace_;
  kit::TabStrip* tabs_;
  QStackedWidget* pages_;
  kit::Banner* banner_;
  kit::Sheet *left_, *builder_, *trace_sheet_;
  kit::plots::Waterfall* waterfall_;
  QTimer *keep_later_, *ticking_;
  workbench::traffic::SavedRequest draft_;
  std::vector<std::string> open_;
  std::optional<workbench::traffic::Exchange> exchange_;
  workbench::recorder::TracePtr trace_;
  std::string wanted_trace_;
  std::uint64_t sending_ = 0;
  qint64 sent_at_ms_ = 0;
  bool loading_ = false;
};

}  // namespace panels::requests
