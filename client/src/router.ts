import { ref } from 'vue';
import { createRouter, createWebHistory } from 'vue-router';

import HomePage from './pages/HomePage.vue';
import NotFoundPage from './pages/NotFoundPage.vue';
import { toRoomId } from './room-address.js';
import { text } from './text/index.js';

declare module 'vue-router' {
  interface RouteMeta {
    /** What the window's title says before the product's name. */
    readonly title?: string;
  }
}

/** True when a page's code could not be fetched, as after an update of the service. */
export const pageLoadFailed = ref(false);

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'home', component: HomePage },
    {
      path: '/r/:roomId',
      name: 'room',
      component: () => import('./pages/RoomPage.vue'),
      props: true,
      beforeEnter: ({ params }) => {
        const typed = String(params['roomId']);
        const roomId = toRoomId(typed);
        return roomId === typed || { name: 'room', params: { roomId }, replace: true };
      },
    },
    {
      path: '/operator',
      name: 'operator',
      component: () => import('./pages/OperatorPage.vue'),
      meta: { title: text.operator.title },
    },
    {
      path: '/check',
      name: 'check',
      component: () => import('./pages/CheckPage.vue'),
      meta: { title: text.check.title },
    },
    {
      path: '/:path(.*)*',
      name: 'not-found',
      component: NotFoundPage,
      meta: { title: text.notFound.title },
    },
  ],
});

router.onError(() => {
  pageLoadFailed.value = true;
});

router.afterEach(({ meta, params }) => {
  const title = meta.title ?? params['roomId'];
  document.title = title ? text.titleOf(String(title)) : text.productName;
});
