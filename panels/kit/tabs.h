// Tabs and segments: one of a few, by mouse or keyboard.
#pragma once

#include <QWidget>
#include <utility>
#include <vector>

#include "panels/kit/theme.h"

namespace panels::kit {

// Tabs 36 high with a 2 px underline and a count after each name. Left and Right move.
class TabStrip : public QWidget {
  Q_OBJECT
 public:
  explicit TabStrip(const QString& accessible_name, QWidget* parent = nullptr);
  int add(const QString& text, const QString& count = {});
  void set_count(int index, const QString& count, Token token = Token::Tx3, bool badge = false);
  void set_text(int index, const QString& text);
  int current() const { return current_; }
  void set_current(int index);
  int count() const { return int(tabs_.size()); }
  QString text(int index) const { return tabs_[std::size_t(index)].text; }
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 Q_SIGNALS:
  void changed(int index);

 protected:
  void paintEvent(QPaintEvent*) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent*) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct Tab {
    QString text, count;
    Token token = Token::Tx3;
    bool badge = false;
  };
  QRect tab_rect(int index) const;
  int tab_at(const QPoint& at) const;
  std::vector<Tab> tabs_;
  int current_ = 0, hover_ = -1;
};

// Segmented control: one of a few. Left and Right move.
class Segments : public QWidget {
  Q_OBJECT
 public:
  explicit Segments(const QString& accessible_name, QWidget* parent = nullptr);
  int add(const QString& text, const QString& icon_name = {});
  int current() const { return current_; }
  void set_current(int index);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 Q_SIGNALS:
  void changed(int index);

 protected:
  void paintEvent(QPaintEvent*) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QRect part_rect(int index) const;
  std::vector<std::pair<QString, QString>> parts_;
  int current_ = 0;
};

}  // namespace panels::kit
