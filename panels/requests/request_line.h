// The line of a request: method, URL with its variables in the accent and completed from what the services offer, environment, send
// and copy. GUI thread.
#pragma once

#include <QWidget>
#include <utility>
#include <vector>

#include "workbench/traffic/exchange.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStringListModel;

namespace panels::requests {

class RequestLine : public QWidget {
  Q_OBJECT
 public:
  enum class Form { Bash, Cmd, PowerShell, Grpcurl, Http, ReplyBody, ReplyHeaders };
  explicit RequestLine(QWidget* parent = nullptr);
  void set_request(const workbench::traffic::SavedRequest& request);
  QString method() const;
  QString url_text() const;
  void set_url(const QString& url);
  void set_variables(const std::vector<std::pair<std::string, std::string>>& variables);
  void set_environments(const std::vector<std::string>& names, const std::string& current);
  // What may stand in the URL: {{gateway}}/orders, {{inventory}}/inventory.v1.Inventory/Reserve. Those of the method's protocol are offered.
  void set_offers(const QStringList& http, const QStringList& grpc);
  void set_sending(bool on);
  void set_has_reply(bool on);
  QLineEdit* url() const { return url_; }

 Q_SIGNALS:
  void edited();
  void send_asked();
  void curl_pasted(const QString& line);
  void copy_asked(panels::requests::RequestLine::Form form);
  void environment_chosen(const QString& name);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void paint_variables();
  QComboBox *method_, *environment_;
  QLineEdit* url_;
  QLabel* resolved_;
  QPushButton *send_, *copy_;
  QStringListModel* offers_;
  QStringList http_, grpc_;
  std::vector<QAction*> of_reply_;
  QAction* grpcurl_;
  std::vector<std::pair<QString, QString>> variables_;
  bool loading_ = false;
};

}  // namespace panels::requests
