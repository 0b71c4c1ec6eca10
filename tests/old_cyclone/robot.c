/* A robot of Cyclone DDS 0.10.2, the version in Unitree's robots: ./robot DOMAIN, until its standard
 * input ends. It answers every call, 500 to the question for its state, tells a place, and at the
 * end how much it was told. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dds/dds.h"
#include "types.h"

typedef unitree_api_msg_dds__Request_ Request;
typedef unitree_api_msg_dds__Response_ Response;
typedef unitree_go_msg_dds__SportModeState_ Place;
enum { SERVICES = 3, GET_FSM = 7001, MOVE = 7105, PERIOD_MS = 5 };
static const char *const NAMES[SERVICES] = {"sport", "arm", "voice"};

static dds_entity_t topic(dds_entity_t robot, const dds_topic_descriptor_t *type, const char *form,
                          const char *name) {
  char full[64];
  snprintf(full, sizeof full, form, name);
  return dds_create_topic(robot, type, full, NULL, NULL);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  dds_entity_t robot = dds_create_participant((dds_domainid_t)atoi(argv[1]), NULL, NULL);
  dds_qos_t *qos = dds_create_qos();
  dds_qset_reliability(qos, DDS_RELIABILITY_RELIABLE, DDS_SECS(1));
  dds_qset_history(qos, DDS_HISTORY_KEEP_LAST, 10);
  dds_entity_t in[SERVICES], out[SERVICES];
  for (int i = 0; i < SERVICES; i++) {
    const dds_topic_descriptor_t *asked = &unitree_api_msg_dds__Request__desc;
    const dds_topic_descriptor_t *answered = &unitree_api_msg_dds__Response__desc;
    in[i] = dds_create_reader(robot, topic(robot, asked, "rt/api/%s/request", NAMES[i]), qos, NULL);
    out[i] =
        dds_create_writer(robot, topic(robot, answered, "rt/api/%s/response", NAMES[i]), qos, NULL);
  }
  dds_entity_t twists_in = dds_create_reader(
      robot, topic(robot, &geometry_msgs_msg_dds__Twist__desc, "rt/%s", "cmd_vel"), qos, NULL);
  dds_entity_t places = dds_create_writer(
      robot, topic(robot, &unitree_go_msg_dds__SportModeState__desc, "rt/lf/%s", "odommodestate"),
      qos, NULL);
  int moves = 0, twists = 0;
  double ahead = 0.0;
  struct pollfd end = {.fd = 0, .events = POLLIN};
  puts("ready");
  fflush(stdout);
  while (poll(&end, 1, PERIOD_MS) == 0) {
    void *sample[1] = {NULL};
    dds_sample_info_t info[1];
    for (int i = 0; i < SERVICES; i++) {
      while (dds_take(in[i], sample, info, 1, 1) > 0) {
        const Request *request = sample[0];
        if (info[0].valid_data) {
          Response response;
          memset(&response, 0, sizeof response);
          response.header.identity = request->header.identity;
          response.data =
              request->header.identity.api_id == GET_FSM ? "{\"data\": 500}" : "{}";
          moves += request->header.identity.api_id == MOVE;
          dds_write(out[i], &response);
        }
        dds_return_loan(in[i], sample, 1);
      }
    }
    while (dds_take(twists_in, sample, info, 1, 1) > 0) {
      if (info[0].valid_data) {
        const geometry_msgs_msg_dds__Twist_ *twist = sample[0];
        twists++;
        if (twist->linear.x != 0.0) ahead = twist->linear.x;
      }
      dds_return_loan(twists_in, sample, 1);
    }
    Place place;
    memset(&place, 0, sizeof place);
    place.position[0] = 1.5f;
    place.imu_state.rpy[2] = 0.25f;
    dds_write(places, &place);
  }
  printf("moves %d twists %d ahead %g\n", moves, twists, ahead);
  return 0;
}
